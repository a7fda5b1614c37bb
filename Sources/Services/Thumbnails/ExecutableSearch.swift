#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds programs as a shell does.
enum ExecutableSearch {
    /// The path of a program: the name itself where it has a slash, otherwise the first of that name in `PATH`; `nil` when
    /// there is none that may be run.
    static func find(_ name: String) -> String? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        if name.utf8.contains(UInt8(ascii: "/")) { return isProgram(name) ? name : nil }
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").lazy.map { "\($0)/\(name)" }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
