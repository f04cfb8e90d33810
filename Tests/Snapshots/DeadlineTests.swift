import Testing

@testable import Snapshots

struct DeadlineTests {
    @Test func `any number of milliseconds is a deadline`() {
        #expect(
            Deadline(milliseconds: 0).isOver && Deadline(milliseconds: -5).isOver && Deadline(milliseconds: .min).isOver
        )
        #expect(!Deadline(milliseconds: .max).isOver && !Deadline(milliseconds: nil).isOver && !Deadline.never.isOver)
        #expect(Deadline.never.milliseconds == nil && Deadline(milliseconds: 0).milliseconds == 0)
    }

    @Test func `what is cancelled is over`() {
        let cancellation = Deadline.Cancellation()
        let deadline = Deadline(milliseconds: nil, cancellation: cancellation)
        #expect(!deadline.isOver)
        cancellation.cancel()
        #expect(deadline.isOver)
        #expect(throws: SnapshotError.outOfTime("working")) { try deadline.check("working") }
    }
}
