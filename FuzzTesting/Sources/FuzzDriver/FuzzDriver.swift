import CLibFuzzer
public import DecoderProperties
import NIOCore

/// The arguments of a C program's `main`.
public typealias ArgumentVector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// What libFuzzer calls with each input.
public typealias InputTest = @convention(c) (_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt

/// Checks `property` with one input of libFuzzer; a violation ends the process, which is how libFuzzer learns of it.
public func fuzz(_ property: DecoderProperty, _ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try property.check(ByteBuffer(bytes: UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(property.name): \(error)")
    }
    return 0
}

/// Runs libFuzzer.
///
/// The linker takes `NAME_main` of the module `NAME` for the program's `main`, as SwiftPM tells it for every
/// executable, so libFuzzer's own is not reached, and each fuzz target calls this in its place.
public func runFuzzer(_ count: CInt, _ arguments: ArgumentVector?, _ test: InputTest) -> CInt {
    var count = count
    var arguments = arguments
    return LLVMFuzzerRunDriver(&count, &arguments, test)
}
