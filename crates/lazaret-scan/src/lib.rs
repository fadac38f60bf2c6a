//! Static verdict on a package: predicted behaviours, rules, policy.
