"""Everything that only the pages need: caches, pickers, wording, the live view's Streamlit component."""
