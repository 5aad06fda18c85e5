"""What all tests share: a terminal wide enough that no table is cut."""

import os

os.environ["COLUMNS"] = "200"  # before anything of the hotline is imported: a console asks for it once
