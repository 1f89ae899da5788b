"""Bodies that are bytes are sent as they are."""

import schemathesis

schemathesis.serializer.alias(["application/wasm", "application/vnd.lockstep"], "application/octet-stream")
