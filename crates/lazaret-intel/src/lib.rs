//! The known-malicious index, popular names and lookalikes.
