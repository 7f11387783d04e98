"""One filled view for every page template, and some with errors, strangers and nothing in them: for tests only.

Tests read the folder with `runpy.run_path`, which lets these files find each other.
"""

from __future__ import annotations

import sample_account
import sample_importing
import sample_outside
import sample_sending
import sample_staff
import sample_workbench

SAMPLES = {
    **sample_account.SAMPLES,
    **sample_importing.SAMPLES,
    **sample_outside.SAMPLES,
    **sample_sending.SAMPLES,
    **sample_staff.SAMPLES,
    **sample_workbench.SAMPLES,
}
