"""What happens when somebody votes, asks or decides something, or time passes: one file each.

Whatever needs the database raises UnavailableError if that doesn't answer in time. The change may
take effect nevertheless, but only once, so retrying is safe.
"""
