using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Server.Import;

/// <summary>
/// The report as a file that only this user may read, since it names what others may not know of. It is opened before the work, so that an hour of
/// it does not end at a directory that cannot be written, and has its name once it is whole.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string path;
    private readonly FileStream file;

    private ReportFile(string path, FileStream file) => (this.path, this.file) = (path, file);

    private string Unfinished => file.Name;

    /// <exception cref="SourceFailure">It cannot be written.</exception>
    public static ReportFile Open(string path)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        try
        {
            // A name that nobody else's file has.
            var unfinished = $"{Path.GetFullPath(path)}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.part";
            return new ReportFile(path, new FileStream(unfinished, how));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SourceFailure("report", $"The report cannot be written to {path}: {failure.Message}");
        }
    }

    public async Task WriteAsync(JsonObject report, CancellationToken cancellationToken)
    {
        await using (var writer = new Utf8JsonWriter(file, Readable))
        {
            report.WriteTo(writer);
            await writer.FlushAsync(cancellationToken);
        }
        await file.FlushAsync(cancellationToken);
        File.Move(Unfinished, path, overwrite: true);
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(Unfinished);
    }
}
