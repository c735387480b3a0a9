"""The layers that Keras' own LSTM, GRU and SimpleRNN compute."""
