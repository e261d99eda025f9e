namespace Assay.Trust.Tokens;

/// <summary>Reads <c>p://organization/project/pipeline</c>; neither of the first two can hold a slash.</summary>
internal static class AzurePipeline
{
    /// <summary><c>organization/project</c>, or null.</summary>
    public static string? ProjectPath(string? value) =>
        Peel.IsSound(value) && Peel.HeadIgnoringAsciiCase(value, "p://")?.Split('/', 3) is [{ Length: > 0 } organization, { Length: > 0 } project, { Length: > 0 }]
            ? $"{organization}/{project}"
            : null;
}
