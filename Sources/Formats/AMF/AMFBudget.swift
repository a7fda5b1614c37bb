import NIOCore

/// What a message has used of its limits so far.
///
/// A value is charged by whoever announces it, before it is read: an array charges all its elements at once, so that
/// arrays within arrays cannot each reserve memory for the same bytes.
struct AMFBudget: Sendable {
    let limits: AMFLimits
    private var depth = 0
    private var deepest = 0
    private var values = 0
    private var repeatedBytes = 0

    init(limits: AMFLimits) {
        self.limits = limits
    }

    /// Charges `count` values.
    mutating func charge(values count: Int) throws(AMFFault) {
        guard count <= limits.values - values else { throw .tooManyValues(limit: limits.values) }
        values += count
    }

    /// Charges one more property of a value that has `count` of them already.
    mutating func charge(propertyAfter count: Int) throws(AMFFault) {
        guard count < limits.propertiesPerValue else { throw .tooManyProperties(limit: limits.propertiesPerValue) }
        try charge(values: 1)
    }

    /// Charges bytes that a reference to a string or to traits repeats.
    mutating func charge(repeatedBytes count: Int) throws(AMFFault) {
        guard count <= limits.repeatedBytes - repeatedBytes else {
            throw .referencesRepeatTooMuch(limit: limits.repeatedBytes)
        }
        repeatedBytes += count
    }

    /// Charges a whole value that a reference repeats.
    mutating func charge(repeated extent: AMFExtent) throws(AMFFault) {
        guard depth + extent.height <= limits.depth else { throw .nestedTooDeep(limit: limits.depth) }
        try charge(values: extent.values)
        try charge(repeatedBytes: extent.bytes)
        deepest = max(deepest, depth + extent.height)
    }

    // MARK: Nesting

    /// What the budget stood at when a nesting value began.
    struct Mark {
        fileprivate let position: Int
        fileprivate let values: Int
        fileprivate let repeatedBytes: Int
        fileprivate let deepest: Int
    }

    /// Goes into a value that holds others.
    mutating func enter(_ buffer: ByteBuffer) throws(AMFFault) -> Mark {
        guard depth < limits.depth else { throw .nestedTooDeep(limit: limits.depth) }
        let mark = Mark(position: buffer.readerIndex, values: values, repeatedBytes: repeatedBytes, deepest: deepest)
        depth += 1
        deepest = depth
        return mark
    }

    /// Comes out of the value that began at `mark`, and says how much it was.
    mutating func leave(_ mark: Mark, _ buffer: ByteBuffer) -> AMFExtent {
        let extent = AMFExtent(
            values: values - mark.values,
            bytes: buffer.readerIndex - mark.position + repeatedBytes - mark.repeatedBytes,
            height: deepest - depth + 1)
        depth -= 1
        deepest = max(deepest, mark.deepest)
        return extent
    }
}

/// How much a value is, its references written out.
struct AMFExtent: Sendable {
    /// Values within it, without itself.
    var values: Int
    /// Bytes that it took.
    var bytes: Int
    /// Levels of nesting, itself included.
    var height: Int
}

extension ByteBuffer {
    /// Holds an announced count of elements, each at least `minimumBytes` long, against what is left of the message.
    func checkCount(_ count: Int, minimumBytes: Int = 1) throws(AMFFault) {
        guard count <= readableBytes / minimumBytes else {
            throw .countBeyondEnd(count: count, remainingBytes: readableBytes)
        }
    }
}
