"""The families of evidence, in the order of the table's columns; importing this fills the catalogue."""
# ruff: noqa: F401, I001

import forensics.ela
import forensics.residual
import forensics.quantization
import forensics.wavelet
import forensics.container
import forensics.dct
import forensics.ghosts
import forensics.grid
import forensics.noise
import forensics.flatness
import forensics.sharpness
import forensics.texture
import forensics.markov
import forensics.srm
import forensics.resampling
import forensics.cfa
import forensics.copymove
import forensics.spam
