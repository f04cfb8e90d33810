import Glibc
import TestSupport

/// A tree with the oddities that a workspace may hold, and a description of any tree, attribute by attribute.
enum OddTree {
    /// Made by a shell: names that aren't UTF-8 and attributes are easier there.
    static func make(at path: String) throws {
        let script = #"""
            set -e
            mkdir -p "$1" && cd "$1"
            echo plain > plain; chmod 640 plain; touch -d '2001-02-03 04:05:06.123456789' plain
            mkdir empty deep deep/er; chmod 2775 deep; chmod 1777 empty
            echo x > deep/er/$'new\nline'; echo y > $'latin-\xe9'; echo z > '-dash and space '
            printf '#!/bin/sh\n' > setuid; chmod 4755 setuid
            ln -s /does/not/exist dangling; ln -s . loop; ln -s deep/er deep/link
            echo several > one; ln one two; ln one deep/three
            mkfifo pipe; chmod 600 pipe
            truncate -s 20M sparse; printf data | dd of=sparse bs=1 seek=10000000 conv=notrunc 2>/dev/null
            truncate -s 1M hole
            head -c 300000 /dev/urandom > large
            : > nothing
            mkdir closed; echo in > closed/in; chmod 500 closed
            mkdir -p repo/.git/objects; echo 'ref: refs/heads/main' > repo/.git/HEAD
            touch -h -d '1999-12-31 23:59:59.5' dangling
            touch -d '1960-01-02 03:04:05.25' nothing
            if test "$(id -u)" = 0; then chown 1234:2345 plain; chown -h 1234:2345 dangling; chown 7:8 deep; fi
            setfattr -n user.note -v 'some thing' plain 2>/dev/null || true
            setfattr -n user.folder -v x deep 2>/dev/null || true
            setfacl -m u:4321:rwx deep/er plain 2>/dev/null || true
            setfacl -d -m g:55:rx deep 2>/dev/null || true
            touch -d '2010-10-10 10:10:10.1010' deep/er deep closed empty
            """#
        _ = try LoopVolume.run(["bash", "-c", script, "bash", path])
    }

    /// One line for each entry, in an order that doesn't depend on the file system.
    static func description(of path: String) throws -> [String] {
        let script = #"""
            cd "$1"
            find . -mindepth 0 -printf '%p|%y|%m|%U:%G|%T@|%l|' -a \( -type d -o -printf '%n|' \) -a \( -type f -printf '%s' -o -true \) -printf '\0' | sort -z | tr '\n\0' '?\n'
            find . -type f -print0 | sort -z | xargs -0 sha1sum -z | tr '\n\0' '?\n'
            find . -samefile one | sort
            find . -print0 | sort -z | xargs -0 getfattr -h -d -m - 2>/dev/null | grep -v '^$\|^trusted.SGI_ACL_' || true
            find . ! -type l -print0 | sort -z | xargs -0 getfacl -p -n 2>/dev/null || true
            """#
        return try LoopVolume.run(["bash", "-c", script, "bash", path]).split(separator: "\n").map(String.init)
    }

    /// The lines in which a tree differs from another's description.
    static func difference(of path: String, from original: [String]) throws -> [String] {
        try description(of: path).difference(from: original).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }
}
