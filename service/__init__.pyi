from .check import check as check
from .demo import demo as demo
from .export import read_labels as read_labels
from .server import serve as serve
from .settings import Settings as Settings
