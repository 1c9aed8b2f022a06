"""What files say of themselves: JPEG, its Huffman codes, PNG."""
