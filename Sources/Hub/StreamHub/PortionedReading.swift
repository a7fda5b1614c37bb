public import NIOCore

/// Reads many things that live on several event loops, without holding up what else the loops have to do.
public enum PortionedReading {
    /// For how long an event loop reads before media have their turn: 0.5 ms.
    private static let mostTimeAtOnce = TimeAmount.microseconds(500)
    /// Things that are read between two looks at the clock.
    private static let betweenLooks = 16

    /// Reads something of each of some items.
    ///
    /// All event loops are asked at the same time, each for as many of its items as it can read in half a millisecond, and
    /// again for the others.
    ///
    /// - Parameters:
    ///   - eventLoop: where an item lives.
    ///   - body: reads an item, there.
    /// - Returns: what was read, in the order of the items; `nil` where an event loop is shutting down.
    public static func read<Item: Sendable, Value: Sendable>(
        _ items: [Item], on eventLoop: (Item) -> any EventLoop, _ body: @escaping @Sendable (Item) -> Value
    ) async -> [Value?] {
        var values = [Value?](repeating: nil, count: items.count)
        var rounds = Dictionary(grouping: items.indices) { ObjectIdentifier(eventLoop(items[$0])) }.values.map {
            (loop: eventLoop(items[$0[0]]), places: $0[...])
        }
        while !rounds.isEmpty {
            let answers = rounds.map { loop, places in
                loop.submit { portion(of: items, at: places, body) }
            }
            var unread: [(loop: any EventLoop, places: ArraySlice<Int>)] = []
            for (round, answer) in zip(rounds, answers) {
                // An event loop that is shutting down has nothing to tell.
                guard let some = try? await answer.get() else { continue }
                for (place, value) in zip(round.places, some) { values[place] = value }
                let rest = round.places.dropFirst(some.count)
                if !rest.isEmpty { unread.append((round.loop, rest)) }
            }
            rounds = unread
        }
        return values
    }

    /// Reads the first of some items, for as long as may be; a few at least.
    private static func portion<Item, Value>(
        of items: [Item], at places: ArraySlice<Int>, _ body: (Item) -> Value
    ) -> [Value] {
        let end = NIODeadline.now() + mostTimeAtOnce
        var values: [Value] = []
        values.reserveCapacity(places.count)
        for place in places {
            if values.count % betweenLooks == 0, !values.isEmpty, NIODeadline.now() > end { break }
            values.append(body(items[place]))
        }
        return values
    }
}
