import CPTY

/// Where a process's threads take their memory from.
public enum MemoryPools {
    /// Lets all threads share so many pools. Each would have its own and keep what its busiest moment took: right for
    /// speed, not for a process of many threads that mostly waits.
    public static func limit(to count: Int32) { ah_limit_memory_pools(count) }
}
