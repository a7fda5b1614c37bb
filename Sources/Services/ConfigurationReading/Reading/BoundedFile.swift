#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a file was not read.
struct FileFault: Error {
    var problem: ConfigurationFault.Problem
}

/// Reads small files.
enum BoundedFile {
    /// The bytes of the file `name`, of which there may be `limitBytes`.
    static func read(_ name: String, limitBytes: Int) throws(FileFault) -> [UInt8] {
        let file = open(name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let reason = errno == ENOENT || errno == ENOTDIR ? "no such file" : "no permission"
            throw FileFault(problem: .unreadable(reason))
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        // A pipe hands out as much as it has; only nothing means the end.
        while bytes.count <= limitBytes, let more = more(of: file, atMost: limitBytes + 1 - bytes.count) {
            guard !more.isEmpty else { return bytes }
            bytes += more
        }
        guard bytes.count > limitBytes else {
            throw FileFault(problem: .unreadable("it is a folder, or the disk fails"))
        }
        throw FileFault(problem: .tooLong(limitBytes: limitBytes))
    }

    /// Why the file `name` cannot be read; `nil` when it can, however long it is.
    static func flaw(of name: String) -> ConfigurationFault.Problem? {
        do throws(FileFault) {
            _ = try read(name, limitBytes: 0)
        } catch {
            if case .unreadable = error.problem { return error.problem }
        }
        return nil
    }

    /// Some bytes, none at the end, `nil` when there is nothing to read.
    private static func more(of file: CInt, atMost limit: Int) -> [UInt8]? {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { room, filled in
                #if canImport(Glibc)
                    count = Glibc.read(file, room.baseAddress, room.count)
                #elseif canImport(Musl)
                    count = Musl.read(file, room.baseAddress, room.count)
                #else
                    count = Darwin.read(file, room.baseAddress, room.count)
                #endif
                filled = max(0, count)
            }
            if count >= 0 { return bytes }
            guard errno == EINTR else { return nil }
        }
    }
}
