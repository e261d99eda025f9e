using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>What this registry proves itself with at the OpenID provider; read once, at the start.</summary>
internal sealed class ClientSecret
{
    private readonly string text;

    private ClientSecret(string text) => this.text = text;

    /// <summary>A public client has none.</summary>
    public bool IsThere => text.Length > 0;

    public string Reveal() => text;

    /// <summary>Keeps it out of whatever prints it.</summary>
    public override string ToString() => "the secret at the OpenID provider";

    /// <exception cref="StartRefused">The file is not there, is empty, or others may read it.</exception>
    public static ClientSecret Read(string dataDirectory, SingleSignOnOptions options)
    {
        if (!options.IsOn || options.ClientSecretFile.Length == 0)
        {
            return new ClientSecret("");
        }
        var file = Path.GetFullPath(options.ClientSecretFile, Path.GetFullPath(dataDirectory));
        try
        {
            var secret = File.ReadAllText(file).TrimEnd('\r', '\n');
            if (PrivateFile.IsOpenToOthers(file))
            {
                throw Refused($"others may read {file}. Run: chmod 600 {file}");
            }
            return secret.Length > 0 ? new ClientSecret(secret) : throw Refused($"{file} is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused($"{file} cannot be read: {failure.Message}");
        }
    }

    private static StartRefused Refused(string why) =>
        new($"Wrong configuration value for {SingleSignOnOptions.Section}:{nameof(SingleSignOnOptions.ClientSecretFile)}: {why}");
}
