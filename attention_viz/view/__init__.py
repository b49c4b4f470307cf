"""The live view: values as bytes, and the page that draws them in the browser."""
