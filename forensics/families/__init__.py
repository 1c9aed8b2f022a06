"""The families of evidence, in the order of the table's columns; importing this fills the catalogue."""
# ruff: noqa: F401, I001

import realfake.forensics.families.ela
import realfake.forensics.families.residual
import realfake.forensics.families.quantization
import realfake.forensics.families.wavelet
import realfake.forensics.families.container
import realfake.forensics.families.dct
import realfake.forensics.families.ghosts
import realfake.forensics.families.grid
import realfake.forensics.families.noise
import realfake.forensics.families.flatness
import realfake.forensics.families.sharpness
import realfake.forensics.families.texture
import realfake.forensics.families.markov
import realfake.forensics.families.srm
import realfake.forensics.families.resampling
import realfake.forensics.families.cfa
import realfake.forensics.families.copymove
import realfake.forensics.families.spam
