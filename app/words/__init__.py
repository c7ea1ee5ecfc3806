"""All wording of the app, as functions of data: one module per feature."""
