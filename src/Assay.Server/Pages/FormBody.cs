using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.Pages;

/// <summary>The fields of a form that a page sent.</summary>
internal static class FormBody
{
    private const long Largest = 64 * 1024;

    /// <summary>None when it is no form. Small: anybody may send one.</summary>
    public static async Task<IFormCollection> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return FormCollection.Empty;
        }
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = Largest;
        try
        {
            return await context.Request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            return FormCollection.Empty;
        }
    }

    public static string Text(this IFormCollection form, string name) => form[name].ToString();
}
