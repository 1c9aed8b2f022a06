from .workflows import add as add
from .workflows import check as check
from .workflows import families as families
from .workflows import find as find
from .workflows import forget as forget
from .workflows import picture as picture
