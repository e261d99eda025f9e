namespace Assay.CiSimulator.Endpoints;

internal sealed class KeyRequests
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public void Add() => Interlocked.Increment(ref count);
}
