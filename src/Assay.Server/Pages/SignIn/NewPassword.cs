namespace Assay.Server.Pages;

/// <summary>A password that is chosen in a form, twice.</summary>
internal static class NewPassword
{
    /// <summary>Null when both are the same.</summary>
    public static string? Mismatch(string password, string again) => password == again ? null : "The two passwords are not the same.";
}
