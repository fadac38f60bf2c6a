//! Log readers for Linux, Windows, macOS, network and mail telemetry, to one event form.
