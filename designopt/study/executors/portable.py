"""Errors that can be sent from one process to another. Importing this imports no JAX."""

import pickle
import traceback


def portable(error: Exception) -> Exception:
    """The error with its traceback as a note, or its words alone where it cannot be sent to another process."""
    try:
        error.add_note(traceback.format_exc())
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(traceback.format_exc())
    return error
