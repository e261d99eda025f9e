using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.Provenance;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.Proxy;

/// <summary>A real nginx with TLS before a registry, as docs/proxy.md sets it up.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly PrivateAuthority authority = new();
    private readonly int port = FreePort.Next();
    private readonly string path;
    private Process? process;

    /// <param name="path">Where the registry lies below the host, with slashes: <c>/</c> or <c>/npm/</c>.</param>
    public Nginx(string path) => this.path = path;

    public Uri Url => new($"https://localhost:{port}{path}");

    /// <summary>The authority that clients have to be told of, as a PEM file.</summary>
    public string AuthorityFile => Path.Combine(folder.Path, "authority.pem");

    public async Task StartAsync(Uri registry)
    {
        await File.WriteAllTextAsync(AuthorityFile, authority.Pem);
        using var certificate = authority.Issue("localhost");
        await File.WriteAllTextAsync(In("server.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(In("server.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(In("nginx.conf"), Configuration(registry));
        process = Process.Start(Command.Describe("nginx", ["-p", folder.Path, "-c", In("nginx.conf"), "-e", In("error.log")], folder.Path))!;
        await Until.TrueAsync(ListensAsync, "nginx listens");
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process?.Dispose();
        authority.Dispose();
        folder.Dispose();
    }

    private string In(string file) => Path.Combine(folder.Path, file);

    private async Task<bool> ListensAsync()
    {
        Assert.False(process!.HasExited, File.Exists(In("error.log")) ? File.ReadAllText(In("error.log")) : "nginx ended");
        using var client = new TcpClient();

        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Configuration(Uri registry) => $$"""
        daemon off;
        pid {{In("nginx.pid")}};
        worker_processes 1;
        events {}
        http {
          access_log off;
          client_body_temp_path {{In("body")}};
          proxy_temp_path {{In("proxy")}};
          fastcgi_temp_path {{In("fastcgi")}};
          uwsgi_temp_path {{In("uwsgi")}};
          scgi_temp_path {{In("scgi")}};
          server {
            listen 127.0.0.1:{{port}} ssl;
            ssl_certificate {{In("server.pem")}};
            ssl_certificate_key {{In("server.key")}};
            client_max_body_size 0;
            proxy_request_buffering off;
            proxy_set_header X-Forwarded-For $remote_addr;
            location {{path}} { proxy_pass http://127.0.0.1:{{registry.Port}}; }
            {{(path == "/" ? "" : $"location /-/npm/v1/oidc/ {{ proxy_pass http://127.0.0.1:{registry.Port}; }}")}}
          }
        }
        """;
}
