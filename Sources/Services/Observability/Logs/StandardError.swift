#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process's standard error.
public enum StandardError {
    /// Writes a line in one call, so that lines of several threads do not mix.
    ///
    /// What cannot be written is lost: there is nobody left to tell.
    @Sendable
    public static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                #if canImport(Glibc)
                    let written = Glibc.write(STDERR_FILENO, start, rest.count)
                #elseif canImport(Musl)
                    let written = Musl.write(STDERR_FILENO, start, rest.count)
                #else
                    let written = Darwin.write(STDERR_FILENO, start, rest.count)
                #endif
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }
}
