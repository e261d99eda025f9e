namespace Assay.Npm;

/// <summary>Lines that were replaced by others: so many of the old from a place on (counted from 0) by so many of the new. Either may be none.</summary>
public readonly record struct LineBlock(int OldStart, int OldCount, int NewStart, int NewCount);
