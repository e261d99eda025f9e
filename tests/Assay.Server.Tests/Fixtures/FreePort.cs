using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Tests.Fixtures;

/// <summary>
/// Loopback ports for servers that are about to start: below the ports that the system hands out by itself, or the next outgoing connection might
/// get one between the look and the start; and each once, for tests that run at the same time.
/// </summary>
internal static class FreePort
{
    private const int Lowest = 15_000;
    private const int Count = 16_000;

    private static int last = Random.Shared.Next(Count);

    public static int Next()
    {
        while (true)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();

                return port;
            }
            catch (SocketException)
            {
                // Taken by somebody else on this machine.
            }
        }
    }
}
