namespace Assay.Server.Operations;

/// <summary>While a backup copies blobs, or a verification reads them, none is deleted: the rows of their moment name some that the rows of now do not.</summary>
internal sealed class BlobHold
{
    private int holders;

    public bool IsHeld => Volatile.Read(ref holders) > 0;

    public IDisposable Take()
    {
        Interlocked.Increment(ref holders);
        return new Release(this);
    }

    private sealed class Release(BlobHold hold) : IDisposable
    {
        private int isDone;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isDone, 1) == 0)
            {
                Interlocked.Decrement(ref hold.holders);
            }
        }
    }
}
