#if os(Linux)
    import CProgramImage

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif
#endif

/// The parts of the program's file that lie in memory since it started.
enum StartingCode {
    /// Lets go of them: what is used again comes back from the system's file cache by itself, sixteen pages at a time.
    ///
    /// Reading arguments and configuration, opening the catalogue and making types for the first time touch code all over
    /// the program that a running server has no use for. It was two thirds of what the server held at the start.
    static func letGo() {
        #if os(Linux)
            // Only what is read and never written: it can be read again.
            guard let start = program_image_start(), let end = program_image_code_end() else { return }
            let pageSize = UInt(getpagesize())
            let first = (UInt(bitPattern: start) + pageSize - 1) & ~(pageSize - 1)
            let last = UInt(bitPattern: end) & ~(pageSize - 1)
            guard last > first else { return }
            _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(last - first), CInt(MADV_DONTNEED))
        #endif
    }
}
