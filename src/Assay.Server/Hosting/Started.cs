namespace Assay.Server.Hosting;

/// <summary>Whether the server listens by now.</summary>
internal sealed class Started
{
    public volatile bool Yes;
}
