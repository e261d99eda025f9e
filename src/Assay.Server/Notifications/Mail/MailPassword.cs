using Assay.Server.Data;

namespace Assay.Server.Notifications;

/// <summary>What signs in at the mail server; read once, at the start.</summary>
internal sealed class MailPassword
{
    private readonly string text;

    private MailPassword(string text) => this.text = text;

    public string Reveal() => text;

    /// <summary>Keeps it out of whatever prints it.</summary>
    public override string ToString() => "the password of the mail server";

    /// <exception cref="StartRefused">The file is not there, is empty, or others may read it.</exception>
    public static MailPassword Read(string dataDirectory, MailOptions options)
    {
        if (!options.IsOn || options.PasswordFile.Length == 0)
        {
            return new MailPassword("");
        }
        var file = Path.GetFullPath(options.PasswordFile, Path.GetFullPath(dataDirectory));
        try
        {
            var password = File.ReadAllText(file).TrimEnd('\r', '\n');
            if (PrivateFile.IsOpenToOthers(file))
            {
                throw Refused($"others may read {file}. Run: chmod 600 {file}");
            }
            return password.Length > 0 ? new MailPassword(password) : throw Refused($"{file} is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused($"{file} cannot be read: {failure.Message}");
        }
    }

    private static StartRefused Refused(string why) => new($"Wrong configuration value for {MailOptions.Section}:{nameof(MailOptions.PasswordFile)}: {why}");
}
