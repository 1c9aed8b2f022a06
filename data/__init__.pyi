from .datasets import import_folder as import_folder
from .datasets.screens import fetch_screens as fetch_screens
from .forge import forge_folder as forge_folder
from .manifest import read_manifest as read_manifest
from .manifest import write_manifest as write_manifest
from .sheets import write_sheet as write_sheet
from .synth import synthesise as synthesise
