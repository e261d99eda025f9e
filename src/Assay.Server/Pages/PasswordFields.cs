namespace Assay.Server.Pages;

/// <summary>The part of a form in which somebody chooses a password.</summary>
internal static class PasswordFields
{
    public const string New = """
        <label>New password <input name="password" type="password" required autocomplete="new-password" autofocus></label>
        <label>The same again <input name="again" type="password" required autocomplete="new-password"></label>
        """;

    /// <summary>Null when both are the same.</summary>
    public static string? Mismatch(IFormCollection form) => form.Text("password") == form.Text("again") ? null : "The two passwords are not the same.";
}
