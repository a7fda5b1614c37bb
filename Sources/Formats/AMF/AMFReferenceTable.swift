/// The complex values that a message has brought, in the order in which they began: what a reference's index counts.
struct AMFReferenceTable<Value: Sendable>: Sendable {
    private enum Slot {
        case open
        case complete(Value, AMFExtent)
    }

    private var slots: [Slot] = []

    /// Takes the next index for a value that begins here.
    mutating func open() -> Int {
        slots.append(.open)
        return slots.count - 1
    }

    /// Enters a value that began at `index`.
    mutating func complete(_ index: Int, _ value: Value, _ extent: AMFExtent) {
        slots[index] = .complete(value, extent)
    }

    /// The value at `index`, charged to `budget` as if it had been written out once more.
    func resolve(_ index: Int, _ budget: inout AMFBudget) throws(AMFFault) -> Value {
        guard slots.indices.contains(index) else { throw .unknownReference(index) }
        switch slots[index] {
        case .open:
            throw .referenceToEnclosingValue(index)
        case .complete(let value, let extent):
            try budget.charge(repeated: extent)
            return value
        }
    }
}
