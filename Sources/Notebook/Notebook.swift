// The room of Notebook.
