using System.Net.Sockets;
using Assay.Server.Answers;
using Assay.Server.Data;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assay.Server.Hosting.Pipeline;

/// <summary>The operator's door: a Unix socket in the data directory. Who may open it (mode 0600) is the operator.</summary>
internal static class AdminSocket
{
    public const string Prefix = "/-/assay/admin";

    public static void ListenOnAdminSocket(this KestrelServerOptions kestrel, string path)
    {
        // A socket left by a killed process; the directory's lock is ours by now.
        File.Delete(path);
        kestrel.ListenUnixSocket(path, listen => listen.Use(next => connection =>
        {
            connection.Features.Set(new Opened());
            return next(connection);
        }));
    }

    /// <exception cref="StartRefused">The system has no room for a socket's path of this length.</exception>
    public static void RefuseLongPath(string path)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new StartRefused($"The path {path} is too long for a socket. Choose a shorter data directory with --data.");
        }
    }

    public static void MakePrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Routes that only the socket reaches; over TCP they do not exist.</summary>
    public static RouteGroupBuilder MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup(Prefix);
        admin.AddEndpointFilter(async (invocation, next) =>
            invocation.HttpContext.Features.Get<Opened>() is null ? NpmError.NotFound("There is nothing here.") : await next(invocation));
        return admin;
    }

    private sealed class Opened;
}
