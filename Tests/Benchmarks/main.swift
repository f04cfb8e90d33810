print("ah-benchmarks")
