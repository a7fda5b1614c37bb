import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where recordings are written; blocks whoever calls it.
protocol RecordingDisk: Sendable {
    /// Makes a file that was not there before, with the folders that lead to it.
    ///
    /// - Parameters:
    ///   - folders: below `folder`, from outside to inside.
    ///   - names: names for it, of which the first is taken that is free.
    /// - Returns: the file, and its path below `folder`.
    func create(
        in folder: String, folders: [String], names: some Sequence<String>
    ) throws(DiskFailure) -> (file: any RecordingOutput, path: String)
}

/// An open file of a recording.
protocol RecordingOutput: Sendable {
    /// Appends bytes, all of them or, as far as can be helped, none.
    func write(_ bytes: ByteBuffer) throws(DiskFailure)
    /// Brings everything to the disk, and closes the file.
    func close() throws(DiskFailure)
}

/// Why nothing can be written, in words for who runs the server.
struct DiskFailure: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What the system said when something was tried.
    init(system code: CInt, _ what: String) {
        description = "\(what): \(String(cString: strerror(code)))"
    }
}

/// The file system.
struct FileSystemDisk: RecordingDisk {
    func create(
        in folder: String, folders: [String], names: some Sequence<String>
    ) throws(DiskFailure) -> (file: any RecordingOutput, path: String) {
        try make(folder, withParents: true)
        var place = folder
        for part in folders {
            place += "/" + part
            try make(place, withParents: false)
        }
        for name in names {
            let path = "\(place)/\(name)"
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
            if descriptor >= 0 {
                return (FileSystemOutput(descriptor: descriptor), (folders + [name]).joined(separator: "/"))
            }
            guard errno == EEXIST else { throw DiskFailure(system: errno, "the file cannot be made") }
        }
        throw DiskFailure("the file cannot be made: there are as many of its name as there may be")
    }

    private func make(_ folder: String, withParents: Bool) throws(DiskFailure) {
        guard mkdir(folder, 0o750) != 0, errno != EEXIST else { return }
        guard withParents, errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else {
            throw DiskFailure(system: errno, "the folder cannot be made")
        }
        try make(String(folder[..<slash]), withParents: true)
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
            throw DiskFailure(system: errno, "the folder cannot be made")
        }
    }
}

/// A file of the file system, used by one thread at a time.
struct FileSystemOutput: RecordingOutput {
    let descriptor: CInt

    func write(_ bytes: ByteBuffer) throws(DiskFailure) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw DiskFailure(system: errno, "the file cannot be written") }
        guard facts.st_nlink > 0 else { throw DiskFailure("the file was removed while it was recorded") }
        let code = bytes.withUnsafeReadableBytes { pointer -> CInt in
            var written = 0
            while written < pointer.count {
                let count = systemWrite(descriptor, pointer.baseAddress?.advanced(by: written), pointer.count - written)
                if count > 0 {
                    written += count
                } else if count == 0 || errno != EINTR {
                    return count == 0 ? EIO : errno
                }
            }
            return 0
        }
        guard code != 0 else { return }
        // Half a block could not be played.
        _ = ftruncate(descriptor, facts.st_size)
        throw DiskFailure(system: code, "the file cannot be written")
    }

    func close() throws(DiskFailure) {
        let code = fsync(descriptor) == 0 ? 0 : errno
        _ = systemClose(descriptor)
        guard code == 0 else { throw DiskFailure(system: code, "the file cannot be brought to the disk") }
    }
}

// The names of the functions are those of methods too.
private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemClose(_ descriptor: CInt) -> CInt { close(descriptor) }
