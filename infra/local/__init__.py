"""The local cloud: the deployment on one machine, on an emulator of AWS, for try-outs and tests."""
