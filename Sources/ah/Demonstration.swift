enum Demonstration {
    static func run() throws { throw Failure("the demonstration needs the replay") }
}
