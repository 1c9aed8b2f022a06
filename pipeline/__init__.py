"""Tables in, models, verdicts and reports out."""

import pandas as pd

# Names of files and groups may hold bytes that are not UTF-8, as surrogate escapes; Arrow's strings cannot hold those.
pd.set_option("mode.string_storage", "python")
