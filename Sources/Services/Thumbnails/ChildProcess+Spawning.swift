import CSpawn
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A descriptor that is closed when nobody holds it any more.
final class Descriptor {
    let number: CInt

    init(_ number: CInt) {
        self.number = number
    }

    deinit {
        if number >= 0 { close(number) }
    }

    /// No descriptor, to let another go.
    static var none: Descriptor { Descriptor(-1) }

    /// The two ends of a pipe, to read from and to write to.
    static func pipe() throws(ChildProcessFault) -> (read: Descriptor, write: Descriptor) {
        var ends: [CInt] = [-1, -1]
        #if canImport(Darwin)
            guard Darwin.pipe(&ends) == 0 else { throw .notStarted(errno) }
        #else
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .notStarted(errno) }
        #endif
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// A file without a name that holds `bytes`, to be read from its beginning.
    static func file(with bytes: ByteBuffer) throws(ChildProcessFault) -> Descriptor {
        #if canImport(Darwin)
            var name = Array("/tmp/swiftwater-picture-XXXXXX".utf8CString)
            let file = Descriptor(mkstemp(&name))
            unlink(name)
        #else
            let closedOnExecution: UInt32 = 1
            let file = Descriptor(memfd_create("swiftwater-picture", closedOnExecution))
        #endif
        guard file.number >= 0 else { throw .notStarted(errno) }
        let isWritten = bytes.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(file.number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return lseek(file.number, 0, SEEK_SET) == 0
        }
        guard isWritten else { throw .notStarted(errno) }
        return file
    }
}

extension ChildProcess {
    #if canImport(Darwin)
        private typealias FileActions = posix_spawn_file_actions_t?
        private typealias Attributes = posix_spawnattr_t?
        private static var noActions: FileActions { nil }
        private static var noAttributes: Attributes { nil }
    #else
        private typealias FileActions = posix_spawn_file_actions_t
        private typealias Attributes = posix_spawnattr_t
        private static var noActions: FileActions { posix_spawn_file_actions_t() }
        private static var noAttributes: Attributes { posix_spawnattr_t() }
    #endif

    /// Starts the program in a process group of its own, with no descriptor of ours but those for input and output.
    func spawn(standardInput: Descriptor, standardOutput: Descriptor) throws(ChildProcessFault) -> pid_t {
        var actions = Self.noActions
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput.number, 0)
        posix_spawn_file_actions_adddup2(&actions, standardOutput.number, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        #if canImport(Glibc)
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        #endif

        var attributes = Self.noAttributes
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What this process blocks or ignores, its children would.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        #if canImport(Darwin)
            flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
        #endif
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        // Its messages, were they read, in the language of its authors; nothing else of ours is its business.
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("LC_ALL=C"), strdup("PATH=/usr/bin:/bin"), nil]
        defer { for word in words + environment { free(word) } }
        var id: pid_t = 0
        let result = posix_spawn(&id, program, &actions, &attributes, &words, &environment)
        guard result == 0 else { throw .notStarted(result) }
        return id
    }
}

/// `read` of the system, whose name `ChildProcess.read` hides.
func systemRead(_ descriptor: CInt, _ room: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    while true {
        let result = read(descriptor, room, count)
        if result < 0, errno == EINTR { continue }
        return result
    }
}
