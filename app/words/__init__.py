"""Every sentence that the app says, as functions of data: one module for each feature."""
