//! System calls of Linux by number, as far as they are events for us.

/// Names by number, one list for each architecture (Linux
/// `arch/*/syscalls/*.tbl`; `audit.h` for the architectures' own numbers).
const X86_64: &[(u32, &str)] = &[
    (2, "open"),
    (42, "connect"),
    (43, "accept"),
    (44, "sendto"),
    (46, "sendmsg"),
    (49, "bind"),
    (50, "listen"),
    (56, "clone"),
    (57, "fork"),
    (58, "vfork"),
    (59, "execve"),
    (60, "exit"),
    (62, "kill"),
    (76, "truncate"),
    (77, "ftruncate"),
    (80, "chdir"),
    (82, "rename"),
    (83, "mkdir"),
    (84, "rmdir"),
    (85, "creat"),
    (86, "link"),
    (87, "unlink"),
    (88, "symlink"),
    (90, "chmod"),
    (91, "fchmod"),
    (92, "chown"),
    (101, "ptrace"),
    (105, "setuid"),
    (112, "setsid"),
    (133, "mknod"),
    (165, "mount"),
    (175, "init_module"),
    (188, "setxattr"),
    (231, "exit_group"),
    (257, "openat"),
    (258, "mkdirat"),
    (259, "mknodat"),
    (263, "unlinkat"),
    (264, "renameat"),
    (265, "linkat"),
    (266, "symlinkat"),
    (268, "fchmodat"),
    (288, "accept4"),
    (307, "sendmmsg"),
    (311, "process_vm_writev"),
    (313, "finit_module"),
    (316, "renameat2"),
    (319, "memfd_create"),
    (321, "bpf"),
    (322, "execveat"),
    (435, "clone3"),
    (437, "openat2"),
    (452, "fchmodat2"),
];

const AARCH64: &[(u32, &str)] = &[
    (5, "setxattr"),
    (33, "mknodat"),
    (34, "mkdirat"),
    (35, "unlinkat"),
    (36, "symlinkat"),
    (37, "linkat"),
    (38, "renameat"),
    (45, "truncate"),
    (46, "ftruncate"),
    (52, "fchmod"),
    (53, "fchmodat"),
    (56, "openat"),
    (93, "exit"),
    (94, "exit_group"),
    (105, "init_module"),
    (117, "ptrace"),
    (129, "kill"),
    (157, "setsid"),
    (200, "bind"),
    (201, "listen"),
    (202, "accept"),
    (203, "connect"),
    (206, "sendto"),
    (211, "sendmsg"),
    (220, "clone"),
    (221, "execve"),
    (242, "accept4"),
    (269, "sendmmsg"),
    (271, "process_vm_writev"),
    (273, "finit_module"),
    (276, "renameat2"),
    (279, "memfd_create"),
    (280, "bpf"),
    (281, "execveat"),
    (435, "clone3"),
    (437, "openat2"),
    (452, "fchmodat2"),
];

const I386: &[(u32, &str)] = &[
    (1, "exit"),
    (2, "fork"),
    (5, "open"),
    (8, "creat"),
    (9, "link"),
    (10, "unlink"),
    (11, "execve"),
    (15, "chmod"),
    (26, "ptrace"),
    (37, "kill"),
    (38, "rename"),
    (39, "mkdir"),
    (40, "rmdir"),
    (66, "setsid"),
    (83, "symlink"),
    (92, "truncate"),
    (93, "ftruncate"),
    (94, "fchmod"),
    (120, "clone"),
    (128, "init_module"),
    (190, "vfork"),
    (252, "exit_group"),
    (295, "openat"),
    (296, "mkdirat"),
    (301, "unlinkat"),
    (302, "renameat"),
    (303, "linkat"),
    (304, "symlinkat"),
    (306, "fchmodat"),
    (350, "finit_module"),
    (353, "renameat2"),
    (356, "memfd_create"),
    (358, "execveat"),
    (361, "bind"),
    (362, "connect"),
    (363, "listen"),
    (364, "accept4"),
    (369, "sendto"),
    (435, "clone3"),
    (437, "openat2"),
    (452, "fchmodat2"),
];

/// The name of a system call; `None` where we have none.
pub(crate) fn name(arch: &str, number: u32) -> Option<&'static str> {
    let list = match arch {
        "c000003e" | "x86_64" => X86_64,
        "c00000b7" | "aarch64" => AARCH64,
        "40000003" | "i386" | "i686" => I386,
        _ => return None,
    };
    let at = list
        .binary_search_by_key(&number, |(number, _)| *number)
        .ok()?;
    list.get(at).map(|(_, name)| *name)
}

/// The name as one of ours, for records that bring it as text.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    let mut all = X86_64.iter().chain(AARCH64);
    all.find(|(_, known)| *known == name)
        .map(|(_, known)| *known)
}

/// Whether a call starts a process.
pub(crate) fn is_fork(name: &str) -> bool {
    matches!(name, "clone" | "clone3" | "fork" | "vfork")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        for list in [X86_64, AARCH64, I386] {
            assert!(list.is_sorted_by_key(|(number, _)| *number));
        }
        assert_eq!(name("c000003e", 59), Some("execve"));
        assert_eq!(name("c00000b7", 221), Some("execve"));
        assert_eq!(name("mips", 1), None);
    }
}
