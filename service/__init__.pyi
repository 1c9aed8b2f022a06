from .check import check_desk as check_desk
from .demo import demo_desk as demo_desk
from .export import read_labels as read_labels
from .server import serve as serve
from .settings import Settings as Settings
