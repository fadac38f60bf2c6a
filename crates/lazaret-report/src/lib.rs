//! Findings and verdicts as text, JSON, SARIF, OSV, VEX and HTML.
