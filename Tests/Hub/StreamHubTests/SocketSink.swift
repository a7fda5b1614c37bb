import NIOCore
import StreamHub

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if canImport(Glibc) || canImport(Musl)
    /// A viewer's connection over a pair of sockets, with a direct path into it.
    final class SocketSink: ViewerSink {
        let path: DirectPath
        private let near: CInt
        private let far: CInt
        /// The sizes of what came through the sink.
        private(set) var writes: [Int] = []
        /// Waits for the socket.
        private(set) var held = ByteBuffer()
        /// Bytes that went past the sink or into it.
        private(set) var counted = 0
        private(set) var endings = 0
        private var received = ByteBuffer()

        struct NoSockets: Error {}

        init() throws {
            var pair: [CInt] = [0, 0]
            #if canImport(Glibc)
                let stream = CInt(SOCK_STREAM.rawValue)
            #else
                let stream = SOCK_STREAM
            #endif
            guard socketpair(AF_UNIX, stream, 0, &pair) == 0 else { throw NoSockets() }
            (near, far) = (pair[0], pair[1])
            path = DirectPath(socket: near)
        }

        deinit {
            path.shut()
            _ = close(near)
            _ = close(far)
        }

        /// What has come out at the other end, without what `fill` put in.
        var arrived: ByteBuffer {
            receive()
            var stream = ByteBuffer()
            stream.writeBytes(received.readableBytesView.filter { $0 != Self.filling })
            return stream
        }

        /// Stands in no line of the test's format.
        private static let filling: UInt8 = 0xFF

        /// Leaves no room in the socket but a few bytes.
        func fill() {
            receive()
            let block = [UInt8](repeating: Self.filling, count: 4_096)
            while path.isOpen, block.withUnsafeBytes({ send(near, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT)) }) > 0 {
            }
        }

        /// Reads at the other end, and sends what was held.
        func drain() {
            receive()
            let bytes = held
            held.clear()
            path.open()
            let taken = bytes.withUnsafeReadableBytes { path.send($0) }
            held.writeBytes(bytes.readableBytesView.dropFirst(taken))
        }

        private func receive() {
            var block = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = block.withUnsafeMutableBytes { recv(far, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT)) }
                guard count > 0 else { return }
                received.writeBytes(block.prefix(count))
            }
        }

        func streamStarted() {}

        func write(_ bytes: ByteBuffer) -> Bool {
            writes.append(bytes.readableBytes)
            counted += bytes.readableBytes
            let taken = bytes.withUnsafeReadableBytes { path.send($0) }
            guard taken < bytes.readableBytes else { return true }
            held.writeBytes(bytes.readableBytesView.dropFirst(taken))
            path.shut()
            return false
        }

        var directPath: DirectPath? { path }
        func sentDirectly(_ bytes: Int) { counted += bytes }
        func streamEnded(_ ending: StreamEnding) { endings += 1 }
        func fellBehind() {}
    }
#endif
